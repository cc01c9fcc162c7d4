"""What the log's actions and things are called on screen (Chinese msgids); a word that is not here is shown as it is."""

from __future__ import annotations

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

ACTIONS = {
    "accept_as_new": _("接受邀请并建立账号"),
    "accept_invitation": _("接受邀请"),
    "approve_rename": _("同意更名"),
    "ask_rehearsal": _("演练配置包"),
    "ask_rename": _("申请更名"),
    "assign": _("分配专家"),
    "attach": _("上传佐证"),
    "attach_to_report": _("上传绩效佐证"),
    "begin": _("开始申报"),
    "begin_upload": _("开始上传大文件"),
    "change_contact": _("变更联系人"),
    "check_pack": _("重新检查配置包"),
    "confirm_report": _("确认绩效填报"),
    "correct_unit": _("更正登记"),
    "create_person": _("建立账号"),
    "declare_conflict": _("声明回避"),
    "decline": _("不予推荐"),
    "designate": _("认定"),
    "detach": _("移除佐证"),
    "detach_from_report": _("移除绩效佐证"),
    "end_role": _("取消角色"),
    "extend_report": _("个别延期"),
    "grant_role": _("授予角色"),
    "hand_over": _("移交审核人"),
    "install_person": _("命令行建立账号"),
    "invite": _("邀请人员"),
    "load_pack": _("载入配置包"),
    "merge_unit": _("单位合并"),
    "open": _("受理"),
    "open_period": _("开启绩效采集期"),
    "publish_bulletin": _("发布通报"),
    "publish_list": _("公布名单"),
    "publish_pack": _("发布配置包"),
    "rank": _("排序"),
    "recommend": _("推荐"),
    "refuse_exemption": _("不认可免占限额"),
    "refuse_pack": _("配置包未能生效"),
    "refuse_rename": _("不同意更名"),
    "refuse_unit": _("核验不通过"),
    "register_unit": _("单位注册"),
    "remove_member": _("移除人员"),
    "render_bulletin": _("生成通报文件"),
    "resend_invitation": _("重新邀请"),
    "return": _("退回"),
    "return_report": _("退回绩效填报"),
    "revoke": _("撤销认定"),
    "revoke_invitation": _("撤销邀请"),
    "save_draft": _("保存草稿"),
    "save_report": _("保存绩效填报"),
    "scan_file": _("病毒扫描"),
    "score": _("专家评分"),
    "set_active": _("停用或启用账号"),
    "set_evidence_pages": _("注明佐证页"),
    "stop_rehearsal": _("停止演练配置包"),
    "submit": _("提交申报"),
    "submit_periodic": _("报送总结报告"),
    "submit_report": _("报送绩效"),
    "take_back": _("收回决定"),
    "upload_contact_form": _("上传联系表"),
    "upload_pack": _("上传配置包"),
    "verify_unit": _("核验通过"),
    "withdraw": _("撤回申报"),
    "withdraw_pack": _("撤回配置包"),
}
THINGS = {
    "application": _("申报"),
    "authority": _("主管部门"),
    "bulletin": _("通报"),
    "designation": _("认定"),
    "designationlist": _("名单"),
    "invitation": _("邀请"),
    "membership": _("角色"),
    "performancereport": _("绩效填报"),
    "period": _("绩效采集期"),
    "periodicreport": _("总结报告"),
    "person": _("账号"),
    "programme": _("计划"),
    "packrehearsal": _("配置包演练"),
    "packupload": _("配置包版本"),
    "packversion": _("配置包"),
    "unit": _("建设单位"),
}


def action_name(code: str) -> str:
    return gettext(ACTIONS[code]) if code in ACTIONS else code


def thing_name(code: str) -> str:
    return gettext(THINGS[code]) if code in THINGS else code
